from .agents import Infant as Infant
from .agents import Mother as Mother
from .calibration import Calibration as Calibration
from .calibration import calibrate_interaction as calibrate_interaction
from .coding import read_coded as read_coded
from .cohort import Cohort as Cohort
from .cohort import Population as Population
from .errors import DyadsimError as DyadsimError
from .exact import Law as Law
from .exact import law as law
from .model import DyadModel as DyadModel
from .paradigms import Episode as Episode
from .paradigms import Paradigm as Paradigm
from .phase import phase_diagram as phase_diagram
from .rules import Context as Context
from .rules import InfantRules as InfantRules
from .rules import MotherRules as MotherRules
from .session import Session as Session
from .simulate import interact as interact
from .states import ICEP as ICEP
from .states import SCHEMES as SCHEMES
from .states import MatchScheme as MatchScheme
from .states import match_scheme as match_scheme
from .tables import chances as chances
from .traits import COEFFICIENTS as COEFFICIENTS
from .traits import TRAITS as TRAITS
from .traits import Coefficients as Coefficients
from .traits import Trait as Trait
from .validation import Validation as Validation
from .validation import validate_interaction as validate_interaction

__version__: str
NOTICE: str
