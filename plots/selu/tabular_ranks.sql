-- title: Seven ways to train deep networks, on tables
-- caption: Left: average rank by test accuracy minus the mean rank of the seven (lower is better), with 95 % bootstrap interval over the tables; the number is p of the paired Wilcoxon test against the best of the others (of SNN: the second). Right: depth that validation selects. Hollow: the paper, over 121 tables (Klambauer et al. 2017, table 1; it gives no depth of ResNet).
-- needs: selu/tabular-many
WITH paper(method, place, difference, depth) AS (VALUES ('SNN', 1, -0.756, 10.8), ('MSRAinit', 2, -0.240, 7.1),
       ('LayerNorm', 3, -0.198, 7.0), ('Highway', 4, 0.021, 5.9), ('ResNet', 5, 0.273, NULL),
       ('WeightNorm', 6, 0.397, 3.8), ('BatchNorm', 7, 0.504, 6.0)),
     average AS (SELECT method, avg(rank) AS rank FROM tabular_many_chosen GROUP BY method)
SELECT paper.place, c.method, count(*) AS tables, avg(c.rank) - 4 AS rank, mean_lo(c.rank) - 4 AS lo, mean_hi(c.rank) - 4 AS hi,
       paper.difference AS paper,
       'p = ' || printf('%.2g', wilcoxon_p(c.test, o.test)) AS p,
       avg(c.depth) AS depth, mean_lo(c.depth) AS depth_lo, mean_hi(c.depth) AS depth_hi, paper.depth AS paper_depth
FROM tabular_many_chosen c JOIN paper USING(method)
JOIN tabular_many_chosen o ON o.name = c.name
  AND o.method = (SELECT a.method FROM average a WHERE a.method <> c.method ORDER BY a.rank, a.method LIMIT 1)
GROUP BY c.method ORDER BY paper.place;
