package dev.guanlan.model.histogram;

/** Lists the buckets of one side of a histogram, ascending by index. */
sealed interface Side permits Buckets, BucketSums {

  int size();

  int index(int i);

  double count(int i);
}
