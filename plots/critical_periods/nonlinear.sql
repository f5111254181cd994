-- title: Critical periods with and without nonlinearity
-- caption: Effect of a deficit of B (150 epochs from epoch 0, 400 or 750) on A's share of each feature at the end, against the same start without deficit: linear pathways of depth 3, and with tanh or ReLU after every layer; mean over seeds with 95 % confidence interval (Kleinman et al. 2024, appendix). Features are ordered by strength; those of one level of the tree (3 and 4, 5 to 8) are equally strong.
-- needs: critical-periods/nonlinear
WITH v AS (SELECT * FROM critical_periods_nonlinear_values WHERE measure LIKE 'pathway-share.%' AND net_activation_kind = 'identity'
           AND step = (SELECT max(step) FROM critical_periods_nonlinear_values)),
     m AS (SELECT CAST(substr(v.measure, 15) AS INTEGER) AS mode, v.events_0_at AS onset, avg(v.value - n.value) AS e, ci95(v.value - n.value) AS h
           FROM v JOIN v n ON n.measure = v.measure AND n.seed = v.seed AND n.events_0_probability = 0
           WHERE v.events_0_probability = 1 GROUP BY v.measure, v.events_0_at)
SELECT mode, max(CASE onset WHEN 0 THEN e END) AS early, max(CASE onset WHEN 0 THEN h END) AS early_half,
       max(CASE onset WHEN 400 THEN e END) AS middle, max(CASE onset WHEN 400 THEN h END) AS middle_half,
       max(CASE onset WHEN 750 THEN e END) AS late, max(CASE onset WHEN 750 THEN h END) AS late_half
FROM m GROUP BY mode ORDER BY mode;
WITH v AS (SELECT * FROM critical_periods_nonlinear_values WHERE measure LIKE 'pathway-share.%' AND net_activation_kind = 'tanh'
           AND step = (SELECT max(step) FROM critical_periods_nonlinear_values)),
     m AS (SELECT CAST(substr(v.measure, 15) AS INTEGER) AS mode, v.events_0_at AS onset, avg(v.value - n.value) AS e, ci95(v.value - n.value) AS h
           FROM v JOIN v n ON n.measure = v.measure AND n.seed = v.seed AND n.events_0_probability = 0
           WHERE v.events_0_probability = 1 GROUP BY v.measure, v.events_0_at)
SELECT mode, max(CASE onset WHEN 0 THEN e END) AS early, max(CASE onset WHEN 0 THEN h END) AS early_half,
       max(CASE onset WHEN 400 THEN e END) AS middle, max(CASE onset WHEN 400 THEN h END) AS middle_half,
       max(CASE onset WHEN 750 THEN e END) AS late, max(CASE onset WHEN 750 THEN h END) AS late_half
FROM m GROUP BY mode ORDER BY mode;
WITH v AS (SELECT * FROM critical_periods_nonlinear_values WHERE measure LIKE 'pathway-share.%' AND net_activation_kind = 'relu'
           AND step = (SELECT max(step) FROM critical_periods_nonlinear_values)),
     m AS (SELECT CAST(substr(v.measure, 15) AS INTEGER) AS mode, v.events_0_at AS onset, avg(v.value - n.value) AS e, ci95(v.value - n.value) AS h
           FROM v JOIN v n ON n.measure = v.measure AND n.seed = v.seed AND n.events_0_probability = 0
           WHERE v.events_0_probability = 1 GROUP BY v.measure, v.events_0_at)
SELECT mode, max(CASE onset WHEN 0 THEN e END) AS early, max(CASE onset WHEN 0 THEN h END) AS early_half,
       max(CASE onset WHEN 400 THEN e END) AS middle, max(CASE onset WHEN 400 THEN h END) AS middle_half,
       max(CASE onset WHEN 750 THEN e END) AS late, max(CASE onset WHEN 750 THEN h END) AS late_half
FROM m GROUP BY mode ORDER BY mode;
