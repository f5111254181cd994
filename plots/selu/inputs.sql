-- title: How fast unusual inputs are normalised
-- caption: SELU networks (demo: width 256). Left: distance from (0, 1) of mean and variance over a batch, mean over weight draws. Right: standard deviation, over units, of a unit's mean over the batch. It starts at the sampling error of independent inputs, 1/sqrt(batch) (dotted), and ends where theory puts it at this width (dashed, for independent Gaussian inputs); inputs that differ little from each other stay alike for a hundred layers.
-- needs: selu/inputs
WITH v AS (SELECT step AS layer, CASE WHEN mean <> 0 THEN 5 WHEN variance > 1 THEN 6 WHEN variance < 1 THEN 7
         WHEN correlation = 1 THEN 2 WHEN correlation = 0.9 THEN 1 WHEN distribution = 'gaussian' AND correlation = 0 THEN 0
         WHEN distribution = 'student-t' AND freedom = 2 THEN 3 WHEN distribution = 'sparse' THEN 4 END AS shape,
       avg(CASE WHEN measure = 'mean' AND site = 'simulation' THEN value END) AS m, avg(CASE WHEN measure = 'variance' AND site = 'simulation' THEN value END) AS v,
       avg(CASE WHEN measure = 'spread.mean' AND site = 'units' THEN value END) AS units,
       max(CASE WHEN measure = 'spread.mean' AND site = 'theory.units' THEN value END) AS theory
FROM selu_inputs_values GROUP BY 2, 1)
SELECT shape, layer, sqrt(m * m + (v - 1) * (v - 1)) AS distance, units, theory FROM v WHERE shape NOT NULL ORDER BY shape, layer;
SELECT 1 / sqrt(max(samples)) AS sampling, max(width) AS width FROM selu_inputs_values HAVING count(*) > 0;
