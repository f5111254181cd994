-- title: The portrait fills in: pathway A runs ahead while B's gradient is blocked
-- caption: Trajectories of the phase portrait with the early deficit, by depth, as time goes on (animated in the GIF; here at the end). Grey: streamlines; black: line of solutions. The start decides the direction, and the deeper the pathways, the sooner.
-- needs: critical-periods/phase-portrait
-- animation: yes
WITH a AS (SELECT a.id AS id, e.depth AS depth FROM arrays a JOIN names m ON m.id = a.measure
           JOIN critical_periods_phase_portrait e ON e.task = a.task JOIN tasks t ON t.task = a.task
           WHERE m.text = 'paths' AND t.current AND e.method = 'euler' AND e.onset = 0
           AND e.depth IN (2, 5, 13) AND e.seed = (SELECT min(seed) FROM critical_periods_phase_portrait)),
     p AS (SELECT a.depth, v.i AS i, max(CASE v.j WHEN 0 THEN v.value END) AS start,
                  max(CASE v.j WHEN 1 THEN v.value END) AS time,
                  max(CASE v.j WHEN 2 THEN v.value END) AS a, max(CASE v.j WHEN 3 THEN v.value END) AS b
           FROM a, td_array(a.id) v GROUP BY a.id, v.i)
SELECT depth, start, time, a, b, lead(a) OVER w - a AS da, lead(b) OVER w - b AS db,
       coalesce(lead(time) OVER w, 1e9) AS next
FROM p WINDOW w AS (PARTITION BY depth, start ORDER BY i) ORDER BY depth, start, i;
WITH a AS (SELECT min(a.id) AS id, e.depth AS depth FROM arrays a JOIN names m ON m.id = a.measure
           JOIN critical_periods_phase_portrait e ON e.task = a.task JOIN tasks t ON t.task = a.task
           WHERE m.text = 'streamlines' AND t.current AND e.depth IN (2, 5, 13) GROUP BY e.depth),
     p AS (SELECT a.depth, v.i AS i, max(CASE v.j WHEN 0 THEN v.value END) AS line,
                  max(CASE v.j WHEN 1 THEN v.value END) AS a, max(CASE v.j WHEN 2 THEN v.value END) AS b
           FROM a, td_array(a.id) v GROUP BY a.id, v.i)
SELECT depth, line, a, b, lead(a) OVER w - a AS da, lead(b) OVER w - b AS db
FROM p WINDOW w AS (PARTITION BY depth, line ORDER BY i) ORDER BY depth, line, i;
