/**
 * Gives tests the real parts of the platform as JUnit 5 extensions: one instance of each a test
 * JVM, started at first use and stopped, with its data, at the end.
 *
 * <p>They run as child processes of the test, or in containers where Docker answers and images have
 * been built; {@code GUANLAN_TEST_BACKEND} chooses.
 */
@NullMarked
package dev.guanlan.testing;

import org.jspecify.annotations.NullMarked;
