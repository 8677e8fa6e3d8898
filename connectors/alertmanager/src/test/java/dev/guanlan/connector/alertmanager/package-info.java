/** Specifies the Alertmanager sink. */
@NullMarked
package dev.guanlan.connector.alertmanager;

import org.jspecify.annotations.NullMarked;
