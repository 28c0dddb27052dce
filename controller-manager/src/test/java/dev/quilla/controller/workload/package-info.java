@NullMarked
package dev.quilla.controller.workload;

import org.jspecify.annotations.NullMarked;
