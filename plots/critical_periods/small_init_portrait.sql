-- title: From small balanced weights the same: early lasts, late does not
-- caption: Strengths of two pathways from p = 0.005 (eq. 2), by depth: without gradient for B in [0, 0.05) (early) and in [5000, 5100) (late), trajectories by an adaptive integrator; circles: end points from the invariant alone. The line of solutions is K_1 + K_2 = 10 (Kleinman et al. 2024, appendix).
-- needs: critical-periods/small-init-portrait
WITH a AS (SELECT a.id AS id, e.depth AS depth, e.onset AS onset FROM arrays a JOIN names m ON m.id = a.measure
           JOIN critical_periods_small_init_portrait e ON e.task = a.task JOIN tasks t ON t.task = a.task
           WHERE m.text = 'paths' AND t.current AND e.method = 'rk8pd'),
     p AS (SELECT a.depth, a.onset, v.i AS i, max(CASE v.j WHEN 2 THEN v.value END) AS a,
                  max(CASE v.j WHEN 3 THEN v.value END) AS b
           FROM a, td_array(a.id) v GROUP BY a.id, v.i)
SELECT depth, onset, a, b, lead(a) OVER w - a AS da, lead(b) OVER w - b AS db
FROM p WINDOW w AS (PARTITION BY depth, onset ORDER BY i) ORDER BY depth, onset, i;
WITH a AS (SELECT min(a.id) AS id, e.depth AS depth FROM arrays a JOIN names m ON m.id = a.measure
           JOIN critical_periods_small_init_portrait e ON e.task = a.task JOIN tasks t ON t.task = a.task
           WHERE m.text = 'streamlines' AND t.current GROUP BY e.depth),
     p AS (SELECT a.depth, v.i AS i, max(CASE v.j WHEN 0 THEN v.value END) AS line,
                  max(CASE v.j WHEN 1 THEN v.value END) AS a, max(CASE v.j WHEN 2 THEN v.value END) AS b
           FROM a, td_array(a.id) v GROUP BY a.id, v.i)
SELECT depth, line, a, b, lead(a) OVER w - a AS da, lead(b) OVER w - b AS db
FROM p WINDOW w AS (PARTITION BY depth, line ORDER BY i) ORDER BY depth, line, i;
SELECT depth, onset, target * value AS a, target * (1 - value) AS b
FROM critical_periods_small_init_portrait_values
WHERE measure = 'share.theory' AND site = '1' AND method = 'rk8pd' ORDER BY depth, onset;
