-- title: Variance after alpha dropout and plain dropout
-- caption: Left: variance of standard normal activations after dropout against the rate, mean over seeds with 3 standard errors, and the exact value (lines). Right: variance by layer through deep SELU networks with alpha, plain and no dropout, mean over weight draws with 95 % confidence band.
-- needs: selu/dropout, selu/dropout-depth
SELECT rate, avg(CASE site WHEN 'after' THEN value END) AS variance, 3 * stderr(CASE site WHEN 'after' THEN value END) AS half,
       avg(CASE site WHEN 'exact' THEN value END) AS exact
FROM selu_dropout_values WHERE measure = 'variance' AND kind = 'alpha' GROUP BY rate ORDER BY rate;
SELECT rate, avg(CASE site WHEN 'after' THEN value END) AS variance, 3 * stderr(CASE site WHEN 'after' THEN value END) AS half,
       avg(CASE site WHEN 'exact' THEN value END) AS exact
FROM selu_dropout_values WHERE measure = 'variance' AND kind = 'plain' GROUP BY rate ORDER BY rate;
SELECT step AS layer, avg(CASE site WHEN 'simulation' THEN value END) AS variance, ci95(CASE site WHEN 'simulation' THEN value END) AS half,
       avg(CASE site WHEN 'theory.drawn' THEN value END) AS theory
FROM selu_dropout_depth_values WHERE measure = 'variance' AND dropout = 'none' GROUP BY step ORDER BY step;
SELECT step AS layer, avg(CASE site WHEN 'simulation' THEN value END) AS variance, ci95(CASE site WHEN 'simulation' THEN value END) AS half,
       avg(CASE site WHEN 'theory.drawn' THEN value END) AS theory
FROM selu_dropout_depth_values WHERE measure = 'variance' AND dropout = 'alpha' GROUP BY step ORDER BY step;
SELECT step AS layer, avg(CASE site WHEN 'simulation' THEN value END) AS variance, ci95(CASE site WHEN 'simulation' THEN value END) AS half,
       avg(CASE site WHEN 'theory.drawn' THEN value END) AS theory
FROM selu_dropout_depth_values WHERE measure = 'variance' AND dropout = 'plain' GROUP BY step ORDER BY step;
