package dev.guanlan.local.command.demo;

import dev.guanlan.local.command.run.Place;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Says what the demo shall do.
 *
 * @param place where the platform runs
 * @param fleetJar the fleet's program
 * @param fleet what the fleet is made of
 * @param fault what breaks
 * @param faultAfter when, after the fleet runs
 * @param faultLasts how long it stays broken
 * @param rate requests a second to the fleet
 * @param length when to end, after the fleet runs; never if empty
 * @param beginMillis when the command was called, milliseconds since the epoch
 */
public record DemoSettings(
    Place place,
    Path fleetJar,
    FleetDescription fleet,
    FaultChoice fault,
    Duration faultAfter,
    Duration faultLasts,
    double rate,
    Optional<Duration> length,
    long beginMillis) {}
