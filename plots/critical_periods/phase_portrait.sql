-- title: An early deficit decides for good which pathway learns, a late one does not
-- caption: Strengths of two pathways (A: K_1, B: K_2) that learn one feature of strength 10 from large initial weights (eq. 3), by depth. B's gradient is blocked in steps 0 to 15 (above) or 100 to 115 (below). Grey: streamlines of the flow, from its invariant; arrows: its direction; blue: trajectories with the paper's Euler steps; dots: where 100 random starts end, all on the line of solutions K_1 + K_2 = 10 (Kleinman et al. 2024, figure 1).
-- needs: critical-periods/phase-portrait
WITH a AS (SELECT a.id AS id, e.depth AS depth, e.onset AS onset FROM arrays a JOIN names m ON m.id = a.measure
           JOIN critical_periods_phase_portrait e ON e.task = a.task JOIN tasks t ON t.task = a.task
           WHERE m.text = 'paths' AND t.current AND e.method = 'euler' AND e.onset < 0.2
           AND e.seed = (SELECT min(seed) FROM critical_periods_phase_portrait)),
     p AS (SELECT a.depth, a.onset, v.i AS i, max(CASE v.j WHEN 0 THEN v.value END) AS start,
                  max(CASE v.j WHEN 2 THEN v.value END) AS a, max(CASE v.j WHEN 3 THEN v.value END) AS b
           FROM a, td_array(a.id) v GROUP BY a.id, v.i)
SELECT depth, onset, start, a, b, lead(a) OVER w - a AS da, lead(b) OVER w - b AS db
FROM p WINDOW w AS (PARTITION BY depth, onset, start ORDER BY i) ORDER BY depth, onset, start, i;
WITH a AS (SELECT min(a.id) AS id, e.depth AS depth FROM arrays a JOIN names m ON m.id = a.measure
           JOIN critical_periods_phase_portrait e ON e.task = a.task JOIN tasks t ON t.task = a.task
           WHERE m.text = 'streamlines' AND t.current GROUP BY e.depth),
     p AS (SELECT a.depth, v.i AS i, max(CASE v.j WHEN 0 THEN v.value END) AS line,
                  max(CASE v.j WHEN 1 THEN v.value END) AS a, max(CASE v.j WHEN 2 THEN v.value END) AS b
           FROM a, td_array(a.id) v GROUP BY a.id, v.i)
SELECT depth, line, a, b, lead(a) OVER w - a AS da, lead(b) OVER w - b AS db
FROM p WINDOW w AS (PARTITION BY depth, line ORDER BY i) ORDER BY depth, line, i;
WITH a AS (SELECT min(a.id) AS id, e.depth AS depth FROM arrays a JOIN names m ON m.id = a.measure
           JOIN critical_periods_phase_portrait e ON e.task = a.task JOIN tasks t ON t.task = a.task
           WHERE m.text = 'field' AND t.current GROUP BY e.depth)
SELECT a.depth AS depth, max(CASE v.j WHEN 0 THEN v.value END) AS a, max(CASE v.j WHEN 1 THEN v.value END) AS b,
       max(CASE v.j WHEN 2 THEN v.value END) AS da, max(CASE v.j WHEN 3 THEN v.value END) AS db
FROM a, td_array(a.id) v GROUP BY a.id, v.i ORDER BY a.depth, v.i;
SELECT depth, onset, target * value AS a, target * (1 - value) AS b
FROM critical_periods_phase_portrait_values
WHERE measure = 'share' AND site = '1' AND method = 'euler' AND onset < 0.2
AND seed = (SELECT min(seed) FROM critical_periods_phase_portrait) ORDER BY depth, onset, step;
