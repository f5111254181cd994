-- title: Effective rank and alignment while two matrices are learned in turn
-- caption: Top: effective rank of the product by three definitions. Bottom: alignment of its leading singular vectors with those of each matrix (mean squared cosine of the principal angles). Mean over seeds; dotted: the switch to the second matrix.
-- needs: critical-periods/completion-spectra
SELECT panel, pretraining, measure, site, step, avg(value) AS mean
FROM critical_periods_completion_spectra_values JOIN (SELECT pretraining, row_number() OVER (ORDER BY pretraining) AS panel FROM (SELECT DISTINCT pretraining FROM critical_periods_completion_spectra_values)) USING (pretraining)
WHERE measure IN ('rank', 'alignment') GROUP BY panel, measure, site, step ORDER BY panel, measure, site, step;
SELECT panel, pretraining FROM (SELECT pretraining, row_number() OVER (ORDER BY pretraining) AS panel FROM (SELECT DISTINCT pretraining FROM critical_periods_completion_spectra_values));
