package dev.guanlan.rules.unittest;

import dev.guanlan.rules.AlertPlaces;
import java.util.List;

/**
 * Holds what a file of unit tests says.
 *
 * @param ruleFiles patterns of paths, as written
 * @param evaluationIntervalMillis time between two ticks of all groups, in milliseconds
 * @param groupOrder names of groups in the order in which they are evaluated
 * @param fuzzy whether numbers that differ in their last bit are equal
 * @param places where alerts belong
 * @param tests the tests in the order of the file
 */
record UnitTestFile(
    List<String> ruleFiles,
    long evaluationIntervalMillis,
    List<String> groupOrder,
    boolean fuzzy,
    AlertPlaces places,
    List<UnitTest> tests) {}
