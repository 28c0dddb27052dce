@NullMarked
package dev.quilla.controller.workload;
