-- title: Test accuracy by depth on four tables
-- caption: Test accuracy, mean over iris, wine, breast cancer and digits and four folds, where depth is given and the learning rate, dropout and moment to stop are selected by validation. Networks with SELU and residual ones keep it as they get deep. At the largest rate many networks diverge; these are never selected.
-- needs: selu/tabular
SELECT depth, avg(test) AS test, mean_lo(test) AS lo, mean_hi(test) AS hi FROM tabular_by_depth WHERE method = 'SNN' GROUP BY depth ORDER BY depth;
SELECT depth, avg(test) AS test, mean_lo(test) AS lo, mean_hi(test) AS hi FROM tabular_by_depth WHERE method = 'MSRAinit' GROUP BY depth ORDER BY depth;
SELECT depth, avg(test) AS test, mean_lo(test) AS lo, mean_hi(test) AS hi FROM tabular_by_depth WHERE method = 'LayerNorm' GROUP BY depth ORDER BY depth;
SELECT depth, avg(test) AS test, mean_lo(test) AS lo, mean_hi(test) AS hi FROM tabular_by_depth WHERE method = 'Highway' GROUP BY depth ORDER BY depth;
SELECT depth, avg(test) AS test, mean_lo(test) AS lo, mean_hi(test) AS hi FROM tabular_by_depth WHERE method = 'ResNet' GROUP BY depth ORDER BY depth;
SELECT depth, avg(test) AS test, mean_lo(test) AS lo, mean_hi(test) AS hi FROM tabular_by_depth WHERE method = 'WeightNorm' GROUP BY depth ORDER BY depth;
SELECT depth, avg(test) AS test, mean_lo(test) AS lo, mean_hi(test) AS hi FROM tabular_by_depth WHERE method = 'BatchNorm' GROUP BY depth ORDER BY depth;
