-- title: The boxes of the proofs of theorems 2 and 3
-- caption: Each rectangle is a box of the certificate: over all its variances (width) and all its m = mean omega and tau, the change of the variance in one layer provably lies within its height. Boxes below 0 prove theorem 2, boxes above 0 theorem 3.
-- needs: selu/certificate
WITH p AS (SELECT a.id AS id, e.domain AS domain FROM arrays a JOIN names m ON m.id = a.measure JOIN selu_certificate e ON e.task = a.task
           JOIN tasks t ON t.task = a.task WHERE m.text = 'certificate' AND t.current AND e.quantity = 'growth' AND e.domain IN ('theorem-3a', 'theorem-3b'))
SELECT p.domain AS domain, max(CASE v.j WHEN 2 THEN v.value END) AS x0, max(CASE v.j WHEN 3 THEN v.value END) AS x1,
       max(CASE v.j WHEN 6 THEN v.value END) AS y0, max(CASE v.j WHEN 7 THEN v.value END) AS y1
FROM p, td_array(p.id) v GROUP BY p.id, v.i ORDER BY p.domain, x0, x1, y0, y1;
WITH p AS (SELECT a.id AS id, e.domain AS domain FROM arrays a JOIN names m ON m.id = a.measure JOIN selu_certificate e ON e.task = a.task
           JOIN tasks t ON t.task = a.task WHERE m.text = 'certificate' AND t.current AND e.quantity = 'growth' AND e.domain = 'theorem-2')
SELECT p.domain AS domain, max(CASE v.j WHEN 2 THEN v.value END) AS x0, max(CASE v.j WHEN 3 THEN v.value END) AS x1,
       max(CASE v.j WHEN 6 THEN v.value END) AS y0, max(CASE v.j WHEN 7 THEN v.value END) AS y1
FROM p, td_array(p.id) v GROUP BY p.id, v.i ORDER BY p.domain, x0, x1, y0, y1;
SELECT domain, site AS end, value AS bound FROM selu_certificate_values WHERE measure = 'bound' AND quantity = 'growth' ORDER BY domain;
