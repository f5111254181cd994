-- title: Recovery from shifted and scaled inputs
-- caption: Variance by layer through SELU networks whose inputs have mean 0 or 0.5 and variance 4 or 0.1: mean over weight draws with 95 % confidence band, and the moment map (dashed, with the weight sums of each layer). Right: distance of the mean curve from (0, 1); 0.1 is the claim's threshold.
-- needs: selu/recovery
WITH c AS (SELECT step, avg(CASE WHEN measure = 'variance' AND site = 'simulation' THEN value END) AS variance,
       ci95(CASE WHEN measure = 'variance' AND site = 'simulation' THEN value END) AS half,
       avg(CASE WHEN measure = 'mean' AND site = 'simulation' THEN value END) AS mean,
       avg(CASE WHEN measure = 'variance' AND site = 'theory.drawn' THEN value END) AS theory
FROM selu_recovery_values WHERE measure IN ('mean', 'variance') AND mean = 0.5 AND variance = 4
AND width = ifnull((SELECT min(width) FROM selu_recovery_values WHERE width >= 256),
             (SELECT max(width) FROM selu_recovery_values)) GROUP BY step)
SELECT step AS layer, variance, variance - half AS lo, variance + half AS hi, theory,
       sqrt(mean * mean + (variance - 1) * (variance - 1)) AS distance FROM c ORDER BY step;
WITH c AS (SELECT step, avg(CASE WHEN measure = 'variance' AND site = 'simulation' THEN value END) AS variance,
       ci95(CASE WHEN measure = 'variance' AND site = 'simulation' THEN value END) AS half,
       avg(CASE WHEN measure = 'mean' AND site = 'simulation' THEN value END) AS mean,
       avg(CASE WHEN measure = 'variance' AND site = 'theory.drawn' THEN value END) AS theory
FROM selu_recovery_values WHERE measure IN ('mean', 'variance') AND mean = 0 AND variance = 4
AND width = ifnull((SELECT min(width) FROM selu_recovery_values WHERE width >= 256),
             (SELECT max(width) FROM selu_recovery_values)) GROUP BY step)
SELECT step AS layer, variance, variance - half AS lo, variance + half AS hi, theory,
       sqrt(mean * mean + (variance - 1) * (variance - 1)) AS distance FROM c ORDER BY step;
WITH c AS (SELECT step, avg(CASE WHEN measure = 'variance' AND site = 'simulation' THEN value END) AS variance,
       ci95(CASE WHEN measure = 'variance' AND site = 'simulation' THEN value END) AS half,
       avg(CASE WHEN measure = 'mean' AND site = 'simulation' THEN value END) AS mean,
       avg(CASE WHEN measure = 'variance' AND site = 'theory.drawn' THEN value END) AS theory
FROM selu_recovery_values WHERE measure IN ('mean', 'variance') AND mean = 0.5 AND variance = 0.1
AND width = ifnull((SELECT min(width) FROM selu_recovery_values WHERE width >= 256),
             (SELECT max(width) FROM selu_recovery_values)) GROUP BY step)
SELECT step AS layer, variance, variance - half AS lo, variance + half AS hi, theory,
       sqrt(mean * mean + (variance - 1) * (variance - 1)) AS distance FROM c ORDER BY step;
WITH c AS (SELECT step, avg(CASE WHEN measure = 'variance' AND site = 'simulation' THEN value END) AS variance,
       ci95(CASE WHEN measure = 'variance' AND site = 'simulation' THEN value END) AS half,
       avg(CASE WHEN measure = 'mean' AND site = 'simulation' THEN value END) AS mean,
       avg(CASE WHEN measure = 'variance' AND site = 'theory.drawn' THEN value END) AS theory
FROM selu_recovery_values WHERE measure IN ('mean', 'variance') AND mean = 0 AND variance = 0.1
AND width = ifnull((SELECT min(width) FROM selu_recovery_values WHERE width >= 256),
             (SELECT max(width) FROM selu_recovery_values)) GROUP BY step)
SELECT step AS layer, variance, variance - half AS lo, variance + half AS hi, theory,
       sqrt(mean * mean + (variance - 1) * (variance - 1)) AS distance FROM c ORDER BY step;
