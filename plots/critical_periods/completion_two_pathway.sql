-- title: A pathway that did not learn at first stays out
-- caption: Two pathways whose products are summed; B does not learn while the first matrix is learned, then both learn the second. Left: share of each pathway in the product at the end. Right: test loss on the second matrix. Mean over seeds with 95 % interval.
-- needs: critical-periods/completion-two-pathway
WITH t AS (SELECT pretraining, row_number() OVER (ORDER BY pretraining) AS place
           FROM (SELECT DISTINCT pretraining FROM critical_periods_completion_two_pathway_values))
SELECT depth, place, pretraining, avg(CASE site WHEN 'a' THEN value END) AS a, coalesce(ci95(CASE site WHEN 'a' THEN value END), 0) AS da,
       avg(CASE site WHEN 'b' THEN value END) AS b, coalesce(ci95(CASE site WHEN 'b' THEN value END), 0) AS db,
       avg(CASE site WHEN 'test' THEN value END) AS loss, coalesce(ci95(CASE site WHEN 'test' THEN value END), 0) AS dloss
FROM critical_periods_completion_two_pathway_values JOIN t USING (pretraining)
WHERE measure = 'share' OR (measure = 'final' AND site = 'test') GROUP BY depth, pretraining ORDER BY depth, pretraining;
SELECT DISTINCT depth FROM critical_periods_completion_two_pathway_values ORDER BY depth;
