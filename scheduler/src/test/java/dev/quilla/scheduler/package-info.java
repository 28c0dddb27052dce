@org.jspecify.annotations.NullMarked
package dev.quilla.scheduler;
