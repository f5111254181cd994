-- title: Weights of equal variance and different shape
-- caption: SELU networks whose weights have variance 1/n (but for the noisy ones), after the last layer (demo: width 256, 64 layers). Left: variance over a batch of inputs, mean over weight draws with their range. Right: standard deviation over inputs of an input's variance over units, and over units of a unit's mean over the batch (open), which cannot be below the sampling error (dotted).
-- needs: selu/weights
WITH v AS (SELECT seed, CASE WHEN noise > 0 AND init_gain < 1 THEN 'normal, noise 0.2, rescaled' WHEN noise > 0 THEN 'normal, noise 0.2'
         WHEN init_kind = 'lecun' THEN init_distribution WHEN init_kind = 'sparse' THEN printf('%g %% zeros', 100 * init_zeros)
         WHEN init_kind = 'student-t' THEN printf('Student''s t, %g d.o.f.', init_freedom) ELSE init_kind END AS name,
       CASE init_kind WHEN 'orthogonal' THEN 1 WHEN 'lecun' THEN CASE WHEN noise > 0 THEN 8 + (init_gain = 1) ELSE 2 + (init_distribution = 'uniform') + 2 * (init_distribution = 'truncated-normal') END
         WHEN 'sparse' THEN 10 + init_zeros ELSE 15 - init_freedom / 10 END AS rank,
       max(CASE WHEN measure = 'variance' AND site = 'simulation' THEN value END) AS variance,
       max(CASE WHEN measure = 'spread.variance' AND site = 'samples' THEN value END) AS inputs,
       max(CASE WHEN measure = 'spread.mean' AND site = 'units' THEN value END) AS units, max(samples) AS samples
FROM selu_weights_values WHERE weight_mean = 0 AND step = (SELECT max(step) FROM selu_weights_values) GROUP BY name, rank, seed),
     w AS (SELECT name, rank, avg(variance) AS variance, min(variance) AS lo, max(variance) AS hi, avg(inputs) AS inputs, avg(units) AS units, 1 / sqrt(max(samples)) AS sampling
FROM v WHERE variance NOT NULL GROUP BY name, rank)
SELECT name, row_number() OVER (ORDER BY rank DESC) AS place, variance, lo, hi, inputs, units, sampling FROM w ORDER BY place;
