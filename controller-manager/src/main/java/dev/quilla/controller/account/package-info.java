/** Controllers of service accounts and of what pods need to trust the API. */
@NullMarked
package dev.quilla.controller.account;

import org.jspecify.annotations.NullMarked;
