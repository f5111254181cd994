-- title: The map of mean and variance through one layer
-- caption: Vector field of the SELU moment map (omega = 0, tau = 1; arrows are a third of one layer's change), trajectories from the border of the domain of theorem 1, and the fixed point (Klambauer et al. 2017, figure 2).
-- needs: selu/moment-map
SELECT max(CASE v.j WHEN 0 THEN v.value END) AS mean, max(CASE v.j WHEN 1 THEN v.value END) AS variance,
       max(CASE v.j WHEN 2 THEN v.value END) AS dmean, max(CASE v.j WHEN 3 THEN v.value END) AS dvariance
FROM (SELECT a.id AS id FROM arrays a JOIN names m ON m.id = a.measure
      JOIN selu_moment_map e ON e.task = a.task JOIN tasks t ON t.task = a.task
      WHERE m.text = 'field' AND t.current ORDER BY e.activation_kind <> 'selu', abs(e.omega), abs(e.tau - 1), e.task LIMIT 1) f,
     td_array(f.id) v
GROUP BY v.i ORDER BY v.i;
WITH p AS (SELECT m.site AS path, m.step AS layer, m.value AS mean, v.value AS variance
           FROM selu_moment_map_values m JOIN selu_moment_map_values v USING (task, site, step)
           WHERE m.measure = 'path.mean' AND v.measure = 'path.variance' AND m.step <= 40
           AND m.task = (SELECT task FROM selu_moment_map_values ORDER BY activation_kind <> 'selu', abs(omega), abs(tau - 1), task LIMIT 1))
SELECT path, layer, mean, variance, lead(mean, 1, mean) OVER w - mean AS dmean, lead(variance, 1, variance) OVER w - variance AS dvariance
FROM p WINDOW w AS (PARTITION BY path ORDER BY layer) ORDER BY CAST(path AS INTEGER), layer;
SELECT max(CASE site WHEN 'mean' THEN value END) AS mean, max(CASE site WHEN 'variance' THEN value END) AS variance
FROM selu_moment_map_values WHERE measure = 'fixed'
AND task = (SELECT task FROM selu_moment_map_values ORDER BY activation_kind <> 'selu', abs(omega), abs(tau - 1), task LIMIT 1) HAVING count(*) > 0;
