/**
 * Expands the notification templates of labels and annotations: Go's text/template with the
 * functions that Prometheus adds to it ({@code template/template.go}).
 */
@NullMarked
package dev.guanlan.rules.template;

import org.jspecify.annotations.NullMarked;
