-- title: Compression by activation function and estimator
-- caption: C = 1 - final / greatest I(X;T) along training, 12-bit task, layers 4 and 5 (hidden) and 6 (softmax), mean over seeds with 95 % confidence interval; dead nets (final training accuracy below 0.6) are left out, their number is below the name. Estimators as in the information planes; clipped bins make compression of what merely outgrows them (Chelombiev et al. 2019, figure 6).
-- needs: information-compression/information-plane, information-compression/activations-compared
WITH v AS (SELECT 'p' || task AS run, net_activation_kind AS activation, measure, site, step, value FROM information_compression_information_plane_values
      UNION ALL SELECT 'a' || task, net_activation_kind, measure, site, step, value FROM information_compression_activations_compared_values),
alive AS (SELECT run FROM (SELECT run, max(step), value AS accuracy FROM v
          WHERE measure = 'accuracy' AND site = 'train' GROUP BY run) WHERE accuracy >= 0.6),
i AS (SELECT run, activation, substr(measure, 1, instr(measure, '.') - 1) AS estimator,
             CASE WHEN site LIKE 'softmax%' THEN 6 ELSE CAST(substr(site, 8) AS INTEGER) END AS layer,
             value, step = max(step) OVER (PARTITION BY run) AS final
      FROM v WHERE run IN alive AND measure IN ('width.x', 'clipped.x', 'ebab.x', 'kde.x-upper', 'akde.x-upper', 'released.x-upper')),
c AS (SELECT run, activation, estimator, layer, 1 - sum(final * value) / max(value) AS c FROM i GROUP BY run, estimator, layer)
SELECT activation, estimator, layer, CASE activation WHEN 'tanh' THEN 1 WHEN 'softsign' THEN 2 WHEN 'relu' THEN 3 WHEN 'prelu' THEN 4 WHEN 'srelu' THEN 5
            WHEN 'abs' THEN 6 WHEN 'elu' THEN 7 WHEN 'silu' THEN 8 WHEN 'softplus' THEN 9 WHEN 'centred-softplus' THEN 10 ELSE 11 END AS place,
       avg(c) AS c, avg(c) - ci95(c) AS lo, avg(c) + ci95(c) AS hi, count(*) AS n
FROM c WHERE layer >= 4 GROUP BY activation, estimator, layer ORDER BY estimator, layer, place;
WITH v AS (SELECT 'p' || task AS run, net_activation_kind AS activation, measure, site, step, value FROM information_compression_information_plane_values
      UNION ALL SELECT 'a' || task, net_activation_kind, measure, site, step, value FROM information_compression_activations_compared_values),
final AS (SELECT run, activation, max(step), value AS accuracy FROM v WHERE measure = 'accuracy' AND site = 'train' GROUP BY run)
SELECT activation, CASE activation WHEN 'tanh' THEN 1 WHEN 'softsign' THEN 2 WHEN 'relu' THEN 3 WHEN 'prelu' THEN 4 WHEN 'srelu' THEN 5
            WHEN 'abs' THEN 6 WHEN 'elu' THEN 7 WHEN 'silu' THEN 8 WHEN 'softplus' THEN 9 WHEN 'centred-softplus' THEN 10 ELSE 11 END AS place, count(*) AS nets, sum(accuracy < 0.6) AS dead,
       activation || CASE sum(accuracy < 0.6) WHEN 0 THEN '' ELSE ' (' || sum(accuracy < 0.6) || ' dead)' END AS name FROM final GROUP BY activation ORDER BY place;
