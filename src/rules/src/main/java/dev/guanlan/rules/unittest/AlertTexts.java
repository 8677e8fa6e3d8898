package dev.guanlan.rules.unittest;

import java.util.Map;

/**
 * Is an alert: what identifies it and what it says.
 *
 * @param labels its labels; an empty value is one, too
 * @param annotations its annotations
 */
public record AlertTexts(Map<String, String> labels, Map<String, String> annotations) {}
