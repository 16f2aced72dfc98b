import sys; sys.path.insert(0,'tests')
import coding_files as c, dyadsim as ds
open('out_a.rttm','wb').write(c.rttm([(t.replace('mother','FEM').replace('infant','KCHI'),o,f,x) for t,o,f,x in c.EVENTS]))
for kw in (dict(),dict(codes='m.toml'),dict(codes='m.toml',mother='FEM',infant='KCHI'),dict(mother='FEM',infant='KCHI')):
    try:
        s=ds.read_coded('out_a.rttm',**kw); print(s, s.provenance['reading']['remarks'], (s.mother[0]>=0).sum()*s.step)
    except ds.DyadsimError as e: print(e)
