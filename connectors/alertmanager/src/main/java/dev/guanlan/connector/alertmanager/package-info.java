/** Tells Alertmanager peers of alerts, each peer by itself. */
@NullMarked
package dev.guanlan.connector.alertmanager;

import org.jspecify.annotations.NullMarked;
