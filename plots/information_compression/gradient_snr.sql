-- title: Drift and diffusion of the gradients
-- caption: Norm of the mean of the batch gradients over that of their standard deviations, by layer, during training on the 12-bit task; geometric mean over initial weights. The dotted line is what gradients without any mean would show with the epoch's number of batches. Thin dashed: training loss (right scale, nats).
-- needs: information-compression/gradient-snr
SELECT net_activation_kind AS activation, site AS layer, step, exp(avg(ln(value))) AS snr
FROM information_compression_gradient_snr_values WHERE measure = 'gradient-snr' AND site <> 'total' AND step > 0
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
SELECT net_activation_kind AS activation, step, avg(value) AS loss, 1 / sqrt(cast(data_train_share * 4096 AS INTEGER) / optimizer_batch) AS noise
FROM information_compression_gradient_snr_values WHERE measure = 'loss' AND step > 0 GROUP BY 1, 2 ORDER BY 1, 2;
