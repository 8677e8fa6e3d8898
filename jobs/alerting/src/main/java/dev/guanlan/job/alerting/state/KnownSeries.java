package dev.guanlan.job.alerting.state;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;

/**
 * Says which series the segments of a group mean by a number.
 *
 * @param id the series' identity
 * @param labels its labels
 */
public record KnownSeries(SeriesId id, Labels labels) {}
