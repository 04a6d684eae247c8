"""Fits Python Prophet to each line of standard input and prints one line of JSON for each.

In:  {"ds": [unix seconds], "y": [numbers], "ask": [unix seconds], "tight": bool}
Out: {"k", "m", "delta", "beta" by component, "sigma", "changepoints" (scaled), "yhat" at "ask", "milliseconds"}
"""

import json
import logging
import sys
import time

import pandas as pd
from prophet import Prophet

logging.disable(logging.CRITICAL)

# cmdstan's own stopping rules end long before the optimum on the corners of the Laplace prior.
TIGHT = {
    "iter": 100000,
    "tol_obj": 1e-14,
    "tol_rel_obj": 1e-2,
    "tol_grad": 1e-12,
    "tol_rel_grad": 1e-2,
    "tol_param": 1e-14,
}


def frame(seconds, values=None):
    columns = {"ds": pd.to_datetime(seconds, unit="s")}
    if values is not None:
        columns["y"] = values
    return pd.DataFrame(columns)


def fitted(request, **rules):
    model = Prophet(
        daily_seasonality=4,
        weekly_seasonality=3,
        yearly_seasonality=False,
        uncertainty_samples=0,
    )
    return model.fit(frame(request["ds"], request["y"]), **rules)


def fit(request):
    started = time.perf_counter()
    if request["tight"]:
        # L-BFGS may give up at a corner; Prophet's own way out is Newton's method, which takes none of these rules.
        try:
            model = fitted(request, **TIGHT)
        except Exception:
            model = fitted(request, algorithm="Newton", iter=1000)
    else:
        model = fitted(request)
    milliseconds = (time.perf_counter() - started) * 1000
    columns = model.train_component_cols
    beta = model.params["beta"][0]
    return {
        "k": float(model.params["k"][0][0]),
        "m": float(model.params["m"][0][0]),
        "delta": model.params["delta"][0].tolist(),
        "beta": {
            name: [float(b) for b, used in zip(beta, columns[name]) if used]
            for name in ("daily", "weekly")
        },
        "sigma": float(model.params["sigma_obs"][0][0]),
        "changepoints": model.changepoints_t.tolist(),
        "yhat": model.predict(frame(request["ask"]))["yhat"].tolist(),
        "milliseconds": milliseconds,
    }


for line in sys.stdin:
    try:
        answer = fit(json.loads(line))
    except Exception as error:  # one series must not stop the others
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
