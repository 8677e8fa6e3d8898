package dev.guanlan.job.common;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import java.util.List;

/**
 * Holds the resources that one raw record of metrics speaks of.
 *
 * @param tenant who sent it
 * @param origin the raw record
 * @param receivedAtMillis when it came in, in milliseconds since the epoch
 * @param resources attributes of each resource, in OpenTelemetry's names, in the order sent
 */
public record ResourceBlock(
    String tenant, Origin origin, long receivedAtMillis, List<Labels> resources) {}
