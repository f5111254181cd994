-- title: Which activations normalise themselves
-- caption: Left: factor by which a layer with weights of variance 1/n (omega = 0, tau = 1) changes the variance, from the moment map; a curve that crosses 1 downwards has an attracting fixed point (dots). Right: constants of SELU for other fixed points of variance nu and the mean given (lines: lambda, dashed: alpha); where a line ends there are none.
-- needs: selu/solve, selu/targets
WITH p AS (SELECT a.id AS id, e.activation_kind AS f FROM arrays a JOIN names m ON m.id = a.measure JOIN selu_solve e ON e.task = a.task
           JOIN tasks t ON t.task = a.task WHERE m.text = 'curve' AND t.current AND e.omega = 0 AND e.tau = 1),
     v AS (SELECT p.f AS f, max(CASE v.j WHEN 0 THEN v.value END) AS variance, max(CASE v.j WHEN 2 THEN v.value END) AS after
           FROM p, td_array(p.id) v GROUP BY p.id, v.i)
SELECT f AS activation, variance, after / variance AS factor FROM v WHERE after > 0 ORDER BY f, variance;
SELECT activation_kind AS activation, value AS variance, 1 AS factor FROM selu_solve_values
WHERE measure = 'fixed.variance' AND flag = '' AND omega = 0 AND tau = 1 ORDER BY 1, 2;
SELECT a.target_mean AS mean, a.target_variance AS variance, a.value AS alpha, l.value AS lambda
FROM selu_targets_values a JOIN selu_targets_values l USING (task, site)
WHERE a.measure = 'alpha' AND l.measure = 'lambda' ORDER BY 1, 2, a.site;
