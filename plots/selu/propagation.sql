-- title: Variance of the activations through random layers
-- caption: Left: variance by layer for five activations, LeCun-normal weights, geometric mean over weight draws with the range of the draws; dashed: the moment map with the weight sums of each layer. Right: the same for SELU alone, mean and variance, with 95 % confidence bands of the mean over draws.
-- needs: selu/propagation
SELECT step AS layer, geomean(CASE site WHEN 'simulation' THEN value END) AS variance,
       min(CASE site WHEN 'simulation' THEN value END) AS lo, max(CASE site WHEN 'simulation' THEN value END) AS hi,
       geomean(CASE site WHEN 'theory.drawn' THEN value END) AS theory
FROM selu_propagation_values WHERE measure = 'variance' AND activation_kind = 'selu'
AND width = (SELECT max(width) FROM selu_propagation_values) GROUP BY step ORDER BY step;
SELECT step AS layer, geomean(CASE site WHEN 'simulation' THEN value END) AS variance,
       min(CASE site WHEN 'simulation' THEN value END) AS lo, max(CASE site WHEN 'simulation' THEN value END) AS hi,
       geomean(CASE site WHEN 'theory.drawn' THEN value END) AS theory
FROM selu_propagation_values WHERE measure = 'variance' AND activation_kind = 'elu'
AND width = (SELECT max(width) FROM selu_propagation_values) GROUP BY step ORDER BY step;
SELECT step AS layer, geomean(CASE site WHEN 'simulation' THEN value END) AS variance,
       min(CASE site WHEN 'simulation' THEN value END) AS lo, max(CASE site WHEN 'simulation' THEN value END) AS hi,
       geomean(CASE site WHEN 'theory.drawn' THEN value END) AS theory
FROM selu_propagation_values WHERE measure = 'variance' AND activation_kind = 'tanh'
AND width = (SELECT max(width) FROM selu_propagation_values) GROUP BY step ORDER BY step;
SELECT step AS layer, geomean(CASE site WHEN 'simulation' THEN value END) AS variance,
       min(CASE site WHEN 'simulation' THEN value END) AS lo, max(CASE site WHEN 'simulation' THEN value END) AS hi,
       geomean(CASE site WHEN 'theory.drawn' THEN value END) AS theory
FROM selu_propagation_values WHERE measure = 'variance' AND activation_kind = 'relu'
AND width = (SELECT max(width) FROM selu_propagation_values) GROUP BY step ORDER BY step;
SELECT step AS layer, geomean(CASE site WHEN 'simulation' THEN value END) AS variance,
       min(CASE site WHEN 'simulation' THEN value END) AS lo, max(CASE site WHEN 'simulation' THEN value END) AS hi,
       geomean(CASE site WHEN 'theory.drawn' THEN value END) AS theory
FROM selu_propagation_values WHERE measure = 'variance' AND activation_kind = 'gelu'
AND width = (SELECT max(width) FROM selu_propagation_values) GROUP BY step ORDER BY step;
SELECT step AS layer, avg(CASE measure WHEN 'variance' THEN value END) AS variance,
       ci95(CASE measure WHEN 'variance' THEN value END) AS dvariance,
       avg(CASE measure WHEN 'mean' THEN value END) AS mean, ci95(CASE measure WHEN 'mean' THEN value END) AS dmean
FROM selu_propagation_values WHERE site = 'simulation' AND measure IN ('mean', 'variance') AND activation_kind = 'selu'
AND width = (SELECT max(width) FROM selu_propagation_values) GROUP BY step ORDER BY step;
