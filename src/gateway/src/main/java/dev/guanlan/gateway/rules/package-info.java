/**
 * Takes rules, by the ruler API and from folders, and puts them on their topic; and tells how they
 * do.
 */
@NullMarked
package dev.guanlan.gateway.rules;

import org.jspecify.annotations.NullMarked;
