-- title: Compression by activation function and estimator
-- caption: C = 1 - final / greatest I(X;T) along training, 12-bit task, layers 4 and 5 (hidden) and 6 (softmax), mean over seeds with 95 % confidence interval; dead nets (final training accuracy below 0.6) are left out, their number is below the name. Estimators as in the information planes; clipped bins make compression of what merely outgrows them (Chelombiev et al. 2019, figure 6).
-- needs: information-compression/information-plane, information-compression/activations-compared
SELECT activation, estimator, layer, CASE activation WHEN 'tanh' THEN 1 WHEN 'softsign' THEN 2 WHEN 'relu' THEN 3 WHEN 'prelu' THEN 4 WHEN 'srelu' THEN 5
            WHEN 'abs' THEN 6 WHEN 'elu' THEN 7 WHEN 'silu' THEN 8 WHEN 'softplus' THEN 9 WHEN 'centred-softplus' THEN 10 ELSE 11 END AS place,
       avg(c) AS c, avg(c) - ci95(c) AS lo, avg(c) + ci95(c) AS hi, count(c) AS n
FROM compression_activations WHERE alive AND layer >= 4 AND estimator IN ('width', 'clipped', 'ebab', 'kde', 'akde', 'released')
GROUP BY activation, estimator, layer ORDER BY estimator, layer, place;
WITH n AS (SELECT activation, count(*) AS nets, sum(NOT alive) AS dead FROM compression_activations WHERE layer = 5 AND estimator = 'width' GROUP BY activation)
SELECT activation, CASE activation WHEN 'tanh' THEN 1 WHEN 'softsign' THEN 2 WHEN 'relu' THEN 3 WHEN 'prelu' THEN 4 WHEN 'srelu' THEN 5
            WHEN 'abs' THEN 6 WHEN 'elu' THEN 7 WHEN 'silu' THEN 8 WHEN 'softplus' THEN 9 WHEN 'centred-softplus' THEN 10 ELSE 11 END AS place, nets, dead, activation || CASE dead WHEN 0 THEN '' ELSE ' (' || dead || ' dead)' END AS name
FROM n ORDER BY place;
