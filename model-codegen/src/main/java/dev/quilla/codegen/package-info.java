/** Makes typed views of all kinds from the schema's facts. Runs in the build only. */
@NullMarked
package dev.quilla.codegen;

import org.jspecify.annotations.NullMarked;
