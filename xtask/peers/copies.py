"""The same texts through concerted, the coordination network toolkit and D3lta: who finds the copies?

    pip install coordination-network-toolkit regex; pip install --no-deps d3lta==1.0.2
    pip install "faiss-cpu==1.9.0.post1" "numpy<2" "pandas==2.2.3" polyleven fasttext-wheel gensim demoji networkx scipy tqdm requests duckdb
    SLOW=1 CONCERTED=target/release/concerted PYTHONHASHSEED=0 python xtask/peers/copies.py 3000

Writes posts.csv, case/ and t.db into the current folder. D3lta's embedding model is fetched from the
network by D3lta itself, so here it gets embeddings of hashed character trigrams instead; TensorFlow
is replaced by an empty module. Without SLOW the toolkit is left out.
"""
import random,time,subprocess,glob,sqlite3,sys,os,itertools,collections
import numpy as np, pandas as pd, duckdb
R=random.Random(4)
alph={"Latin":(0x61,0x7a),"Cyrillic":(0x430,0x44f),"Arabic":(0x628,0x63a),"Japanese":(0x3042,0x308d)}
posts=[] # (script,text,source,rate)
src=0
vocab={s:["".join(chr(R.randint(a,b)) for _ in range(R.randint(2,9))) for _ in range(3000)] for s,(a,b) in alph.items()}
def edit(t,rate,a,b):
    t=list(t); n=max(1,round(rate*len(t)))
    for _ in range(n):
        i=R.randrange(len(t)); op=R.random()
        if op<.6: t[i]=chr(R.randint(a,b))
        elif op<.8: t.insert(i,chr(R.randint(a,b)))
        else: del t[i]
    return "".join(t)
N=int(sys.argv[1]) if len(sys.argv)>1 else 3000
def invis(t): return "\u200b".join(t)
tw=str.maketrans("aeopcxyi","аеорсхуі")
while len(posts)<N:
    s=R.choice(list(alph)); a,b=alph[s]
    t=("" if s=="Japanese" else " ").join(R.choice(vocab[s]) for _ in range(R.randint(10,25)))
    posts.append((s,t,src,None))
    if R.random()<.3:
        for rate in (0,.02,.05,.1,"invisible","look-alike","emoji"):
            if rate=="invisible": u=invis(t)
            elif rate=="look-alike":
                if s!="Latin": continue
                u=t.translate(tw)
            elif rate=="emoji": u="🔥 "+t.replace(" "," 👍 ",3)
            else: u=t if rate==0 else edit(t,rate,a,b)
            posts.append((s,u,src,str(rate)))
    src+=1
R2=random.Random(5)
with open("posts.csv","w") as f:
    f.write("id,account,time,text\n")
    for i,p in enumerate(posts): f.write(f'p{i:06d},u{i:06d},2024-01-{1+i*20//len(posts):02d}T{(i*7)%24:02d}:{i%60:02d}:00Z,"{p[1]}"\n')
source={p[2]:i for i,p in enumerate(posts) if p[3] is None}
def score(name,together,pairs,secs):
    rec=collections.defaultdict(lambda:[0,0])
    for i,p in enumerate(posts):
        if p[3] is None: continue
        k=p[3]; rec[k][0]+=1; rec[k][1]+=together(source[p[2]],i)
    good=sum(posts[a][2]==posts[b][2] for a,b in pairs)
    print(name,f"{secs:.1f} s","pairs",len(pairs),"precision %.4f"%(good/max(1,len(pairs))),{k:round(v[1]/v[0],3) for k,v in rec.items()},flush=True)
print(len(posts),"posts",{k:sum(p[3]==k for p in posts) for k in ("0","0.02","0.05","0.1","invisible","look-alike","emoji")})
# concerted
subprocess.run("rm -rf case",shell=True)
t0=time.time(); subprocess.run([os.environ.get("CONCERTED", "concerted"),"investigate","posts.csv","--case","case","-q"],check=True,stdout=subprocess.DEVNULL); s=time.time()-t0
c=duckdb.sql("select p.id, l.leader from (select row_number() over ()-1 r, id from 'case/stages/ingest/*/posts.parquet') p join 'case/stages/copies/*/copies.parquet' l on l.post=p.r").fetchall()
lead={int(i[1:]):l for i,l in c}
cl=collections.defaultdict(list)
for i,l in lead.items(): cl[l].append(i)
pairs=[x for m in cl.values() for x in itertools.combinations(m,2)]
score("concerted (whole investigation)",lambda a,b: a in lead and lead.get(a)==lead.get(b),pairs,s)
# toolkit
import coordination_network_toolkit as cnt
from coordination_network_toolkit import preprocess,compute_networks
from coordination_network_toolkit.similarity import similarity
for th in ((0.9, 0.5) if os.environ.get("SLOW") else ()):
    if os.path.exists("t.db"): os.remove("t.db")
    preprocess.preprocess_data("t.db",((f"p{i}",f"u{i}",f"u{i}",None,None,p[1],float(i),[]) for i,p in enumerate(posts)))
    t0=time.time(); compute_networks.compute_co_similar_tweet("t.db",10**9,n_threads=2,similarity_threshold=th,min_edge_weight=1) ; s=time.time()-t0
    rows=sqlite3.connect("t.db").execute("select user_1,user_2 from co_similar_tweet_network").fetchall()
    ps={(min(int(a[1:]),int(b[1:])),max(int(a[1:]),int(b[1:]))) for a,b in rows if a!=b}
    score(f"co_similar_tweet {th}",lambda a,b:(min(a,b),max(a,b)) in ps,list(ps),s)
import types
for n in ('fasttext','tensorflow','tensorflow_hub','tensorflow_text'):
    try: __import__(n)
    except Exception: sys.modules[n]=types.ModuleType(n); print('stub',n)
# d3lta with supplied embeddings
from d3lta.faissd3lta import semantic_faiss
df=pd.DataFrame({"original":[p[1] for p in posts],"language":["en"]*len(posts)},index=[str(i) for i in range(len(posts))])
t0=time.time()
from d3lta import faissd3lta
prep=faissd3lta.prepare_dataset(df.copy(),min_size_txt=30)
D=512; E=np.zeros((len(prep),D),dtype="float32")
for r,t in enumerate(prep["text_to_embed"]):
    for j in range(len(t)-2): E[r,hash(t[j:j+3])%D]+=1
E/=np.maximum(1e-9,np.linalg.norm(E,axis=1,keepdims=True))
emb=pd.DataFrame(E,index=prep.index)
m,cdf=semantic_faiss(df,min_size_txt=30,df_embeddings_use=emb)
s=time.time()-t0
m=m[m["dup_type"].notna()] if "dup_type" in m else m
print(m.columns.tolist(), m["dup_type"].value_counts().to_dict() if "dup_type" in m else "")
ps={(min(int(a),int(b)),max(int(a),int(b))) for a,b in zip(m["source"],m["target"])}
score("d3lta, supplied embeddings",lambda a,b:(min(a,b),max(a,b)) in ps,list(ps),s)
