-- title: A linear network overfits without compressing
-- caption: A linear network with one hidden layer (100 inputs, 100 hidden units) learns from 100 noisy answers of a linear teacher; mean over data and initial weights with 95 % band, for several sizes of the initial weights. Left: exact information of the hidden layer about the input, as a share of its final value. Middle: about the target. Right: mean squared error on the samples (dashed) and over all inputs.
-- needs: information-compression/linear-exact
WITH v AS (SELECT init, step, task, max(CASE WHEN measure = 'information.x' AND site = 'hidden' THEN value END) AS x,
           max(CASE WHEN measure = 'information.y' AND site = 'hidden' THEN value END) AS y,
           max(CASE WHEN measure = 'error' AND site = 'train' THEN value END) AS train,
           max(CASE WHEN measure = 'error' AND site = 'test' THEN value END) AS test
           FROM information_compression_linear_exact_values WHERE init IN (0.01, 0.1, 1) GROUP BY task, step),
     f AS (SELECT task, x AS final FROM v JOIN (SELECT task, max(step) AS step FROM v GROUP BY task) USING (task, step))
SELECT init, step, avg(x / final) AS x, coalesce(ci95(x / final), 0) AS xhalf, avg(y) AS y, coalesce(ci95(y), 0) AS yhalf,
       avg(train) AS train, avg(test) AS test, coalesce(ci95(test), 0) AS testhalf
FROM v JOIN f USING (task) WHERE step > 0 GROUP BY init, step ORDER BY init, step;
