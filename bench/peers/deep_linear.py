# Deep linear nets, whitened inputs of the same dimension: the loss depends on the product only,
# L = 0.5 |W_D ... W_1 - A|_F^2, full-batch gradient descent.
import common
a = common.parse("deep_linear", depth=dict(type=int, default=2), lr=dict(type=float, default=0.01),
                 check_steps=dict(type=int, default=500),
                 width=dict(type=int, default=20))
import numpy as np
import torch
torch.set_num_threads(a.threads)
D, n = a.depth, a.width
rng = np.random.default_rng(a.seed)
U = np.linalg.qr(rng.standard_normal((n, n)))[0]; V = np.linalg.qr(rng.standard_normal((n, n)))[0]
A = ((U * np.linspace(0.2, 4, n)) @ V.T).astype(np.float32)
if D == 2:
    Ws = [(0.01 * rng.standard_normal((n, n))).astype(np.float32) for _ in range(D)]
else:
    Ws = [(np.eye(n) + 0.02 * rng.standard_normal((n, n))).astype(np.float32) for _ in range(D)]
lr = a.lr if D < 10 else a.lr / 10
common.save(a, A=A, **{"W%d" % i: w for i, w in enumerate(Ws)})
At = torch.from_numpy(A); p = [torch.from_numpy(w.copy()).requires_grad_() for w in Ws]
def loss():
    x = p[0]
    for w in p[1:]: x = w @ x
    return 0.5 * (x - At).square().sum()
opt = torch.optim.SGD(p, lr=lr)
def step():
    opt.zero_grad(set_to_none=True); loss().backward(); opt.step()
for _ in range(a.check_steps): step()
L = loss().item()
r, lo, hi = common.rate(step, a)
fl = 2 * n ** 3 * 3 * (D - 1)
common.emit(name="deep_linear:%d:%d" % (n, D), threads=a.threads, steps_s=r, lo=lo, hi=hi, flops=fl, loss=L, check=a.check_steps, lr=lr)
