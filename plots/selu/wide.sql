-- title: The moment map in wide networks
-- caption: Mean and variance by layer in SELU networks of width 1024, inputs at (0, 1): mean over weight draws with 95 % confidence band, and the moment map (dashed).
-- needs: selu/wide
SELECT step AS layer, avg(CASE WHEN measure = 'mean' THEN value END) AS mean, ci95(CASE WHEN measure = 'mean' THEN value END) AS dmean,
       avg(CASE WHEN measure = 'variance' THEN value END) AS variance, ci95(CASE WHEN measure = 'variance' THEN value END) AS dvariance
FROM selu_wide_values WHERE site = 'simulation' AND measure IN ('mean', 'variance') AND width = 1024 GROUP BY step ORDER BY step;
SELECT step AS layer, avg(CASE WHEN measure = 'mean' THEN value END) AS mean, avg(CASE WHEN measure = 'variance' THEN value END) AS variance
FROM selu_wide_values WHERE site = 'theory' AND measure IN ('mean', 'variance') AND width = 1024 GROUP BY step ORDER BY step;
