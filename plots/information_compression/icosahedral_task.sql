-- title: The 12-bit task
-- caption: The 4096 patterns of 12 bits by their number of ones, and how many of them are of class 1. Where both classes occur (5 to 7 ones) the label hangs on how many edges and antipodal pairs of an icosahedron, whose vertices are the 12 coordinates, have both ends one. A linear rule cannot see that: the best one, class 1 from 6 ones on, gets 87.5 % right.
-- needs: information-compression/icosahedral-task
SELECT p.step AS w, p.value AS patterns, o.value AS ones
FROM information_compression_icosahedral_task_values p JOIN information_compression_icosahedral_task_values o USING (task, step)
WHERE p.measure = 'patterns' AND o.measure = 'ones' AND p.data_rule = 'published' ORDER BY p.step;
