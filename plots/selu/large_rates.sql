-- title: Large learning rates
-- caption: Deep networks on Fashion-MNIST trained by plain SGD. Left and middle: training loss at the end by learning rate, geometric mean over seeds with their range; crosses at the top: rates at which runs diverged, with their share. Right: how SELU's activations drift in training at depth 32: distance of (mean, variance) over units and inputs from (0, 1) by layer, before (dashed) and after, mean over seeds that did not diverge.
-- needs: selu/large-rates
WITH v AS (SELECT *, row_number() OVER (PARTITION BY task ORDER BY step DESC) AS back FROM selu_large_rates_values WHERE measure = 'loss'),
     l AS (SELECT net_depth, net_activation_kind AS f, net_norm AS norm, optimizer_lr AS lr, geomean(value) AS loss, min(value) AS lo, max(value) AS hi
FROM v WHERE back = 1 GROUP BY 1, 2, 3, 4),
     d AS (SELECT e.net_depth, e.net_activation_kind AS f, e.net_norm AS norm, e.optimizer_lr AS lr, avg(t.status = 'diverged') AS diverged
FROM selu_large_rates e JOIN tasks t USING (task) WHERE t.current GROUP BY 1, 2, 3, 4)
SELECT d.net_depth AS depth, CASE WHEN d.f = 'selu' THEN 0 WHEN d.norm = 'batch' THEN 1 ELSE 2 END AS net, d.lr, l.loss, l.lo, l.hi, d.diverged
FROM d LEFT JOIN l USING (net_depth, f, norm, lr) ORDER BY 1, 2, 3;
WITH m AS (SELECT optimizer_lr AS lr, CAST(substr(site, 8) AS INTEGER) AS layer, seed, step > 0 AS after, max(CASE measure WHEN 'moments.mean' THEN value END) AS mean,
       max(CASE measure WHEN 'moments.variance' THEN value END) AS variance
FROM selu_large_rates_values WHERE net_activation_kind = 'selu' AND net_depth = 32 AND site LIKE 'hidden.%' GROUP BY 1, 2, 3, 4)
SELECT lr, layer, avg(CASE WHEN after = 0 THEN sqrt(mean * mean + pow(variance - 1, 2)) END) AS before,
       avg(CASE WHEN after THEN sqrt(mean * mean + pow(variance - 1, 2)) END) AS after FROM m GROUP BY lr, layer ORDER BY lr, layer;
