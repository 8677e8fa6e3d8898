package dev.guanlan.job.common.delta;

import dev.guanlan.model.SampleBlock;

/**
 * Is those series of changes of one block that are added up together.
 *
 * @param bucket which of {@link DeltaToCumulative#BUCKETS}
 * @param block the series
 */
record DeltaPart(int bucket, SampleBlock block) {}
