-- title: Singular values while two matrices are learned in turn
-- caption: Largest ten singular values of the product of one run (the first seed) against training steps, without pre-training, with a short and with a long one; dotted: the switch to the second matrix. What the first matrix built remains after the switch.
-- needs: critical-periods/completion-spectra
SELECT panel, pretraining, CAST(site AS INTEGER) AS rank, step, value
FROM critical_periods_completion_spectra_values JOIN (SELECT pretraining, row_number() OVER (ORDER BY pretraining) AS panel FROM (SELECT DISTINCT pretraining FROM critical_periods_completion_spectra_values)) USING (pretraining)
WHERE measure = 'singular' AND seed = (SELECT min(seed) FROM critical_periods_completion_spectra_values)
ORDER BY panel, rank, step;
SELECT panel, pretraining FROM (SELECT pretraining, row_number() OVER (ORDER BY pretraining) AS panel FROM (SELECT DISTINCT pretraining FROM critical_periods_completion_spectra_values));
