/** The sample that {@code quilla up --demo} deploys: two services, one of which asks the other. */
@NullMarked
package dev.quilla.server.demo;

import org.jspecify.annotations.NullMarked;
