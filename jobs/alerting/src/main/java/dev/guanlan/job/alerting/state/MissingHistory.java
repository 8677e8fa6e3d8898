package dev.guanlan.job.alerting.state;

/**
 * Says that a group began, or was changed, without the stored samples that its rules look at.
 *
 * @param sinceMillis from when on it has all samples, in milliseconds since the epoch
 * @param why what went wrong
 */
public record MissingHistory(long sinceMillis, String why) {}
