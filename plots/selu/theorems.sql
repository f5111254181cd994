-- title: Domains and extremes of the three theorems
-- caption: Left: domain of theorem 1, bounds of its image as printed in the paper and as found here (grid and search), range of the fixed points over (omega, tau). Right: change of the variance in one layer, smallest to largest over each theorem's domain; below 1 it shrinks (theorem 2), above 1 it grows (theorem 3).
-- needs: selu/theorems
WITH v AS (SELECT measure, site, value FROM selu_theorems_values WHERE domain = 'theorem-1'),
     at(q, e, x) AS (SELECT measure, site, value FROM v)
SELECT 'domain' AS box, -0.1 AS x0, 0.1 AS x1, 0.8 AS y0, 1.5 AS y1
UNION ALL SELECT 'paper', -0.03106, 0.06773, 0.80009, 1.48617
UNION ALL SELECT 'here', (SELECT x FROM at WHERE q = 'image.mean' AND e = 'min'), (SELECT x FROM at WHERE q = 'image.mean' AND e = 'max'),
       (SELECT x FROM at WHERE q = 'image.variance' AND e = 'min'), (SELECT x FROM at WHERE q = 'image.variance' AND e = 'max')
UNION ALL SELECT 'fixed', (SELECT x FROM at WHERE q = 'fixed.mean' AND e = 'min'), (SELECT x FROM at WHERE q = 'fixed.mean' AND e = 'max'),
       (SELECT x FROM at WHERE q = 'fixed.variance' AND e = 'min'), (SELECT x FROM at WHERE q = 'fixed.variance' AND e = 'max');
WITH p AS (SELECT a.id AS id FROM arrays a JOIN names m ON m.id = a.measure JOIN selu_theorems e ON e.task = a.task
           JOIN tasks t ON t.task = a.task WHERE m.text = 'profile' AND t.current AND e.domain = 'theorem-2' LIMIT 1)
SELECT max(CASE v.j WHEN 0 THEN v.value END) AS variance,
       max(CASE v.j WHEN 1 THEN v.value END) / max(CASE v.j WHEN 0 THEN v.value END) AS lo,
       max(CASE v.j WHEN 2 THEN v.value END) / max(CASE v.j WHEN 0 THEN v.value END) AS hi
FROM p, td_array(p.id) v GROUP BY v.i ORDER BY v.i;
WITH p AS (SELECT a.id AS id FROM arrays a JOIN names m ON m.id = a.measure JOIN selu_theorems e ON e.task = a.task
           JOIN tasks t ON t.task = a.task WHERE m.text = 'profile' AND t.current AND e.domain = 'theorem-3a' LIMIT 1)
SELECT max(CASE v.j WHEN 0 THEN v.value END) AS variance,
       max(CASE v.j WHEN 1 THEN v.value END) / max(CASE v.j WHEN 0 THEN v.value END) AS lo,
       max(CASE v.j WHEN 2 THEN v.value END) / max(CASE v.j WHEN 0 THEN v.value END) AS hi
FROM p, td_array(p.id) v GROUP BY v.i ORDER BY v.i;
WITH p AS (SELECT a.id AS id FROM arrays a JOIN names m ON m.id = a.measure JOIN selu_theorems e ON e.task = a.task
           JOIN tasks t ON t.task = a.task WHERE m.text = 'profile' AND t.current AND e.domain = 'theorem-3b' LIMIT 1)
SELECT max(CASE v.j WHEN 0 THEN v.value END) AS variance,
       max(CASE v.j WHEN 1 THEN v.value END) / max(CASE v.j WHEN 0 THEN v.value END) AS lo,
       max(CASE v.j WHEN 2 THEN v.value END) / max(CASE v.j WHEN 0 THEN v.value END) AS hi
FROM p, td_array(p.id) v GROUP BY v.i ORDER BY v.i;
WITH p AS (SELECT a.id AS id FROM arrays a JOIN names m ON m.id = a.measure JOIN selu_theorems e ON e.task = a.task
           JOIN tasks t ON t.task = a.task WHERE m.text = 'profile' AND t.current AND e.domain = 'theorem-1' LIMIT 1)
SELECT max(CASE v.j WHEN 0 THEN v.value END) AS variance,
       max(CASE v.j WHEN 1 THEN v.value END) / max(CASE v.j WHEN 0 THEN v.value END) AS lo,
       max(CASE v.j WHEN 2 THEN v.value END) / max(CASE v.j WHEN 0 THEN v.value END) AS hi
FROM p, td_array(p.id) v GROUP BY v.i ORDER BY v.i;
