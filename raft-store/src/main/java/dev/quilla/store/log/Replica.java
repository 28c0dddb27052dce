package dev.quilla.store.log;

import dev.quilla.store.Command;
import dev.quilla.store.Leadership;
import dev.quilla.store.Outcome;
import dev.quilla.store.mvcc.MvccState;
import dev.quilla.store.mvcc.StateCell;
import java.util.List;

/** The state of one member, as the log makes it. Written by the log's thread, read by any. */
public final class Replica implements CommandLog.Follower, AutoCloseable {

    private final StateCell cell = new StateCell(MvccState.empty());
    private final Comparison comparison = new Comparison();
    private final ObservedLeadership leadership = new ObservedLeadership();

    /** The state, to read and to wait for. */
    public StateCell cell() {
        return cell;
    }

    /** How the state compares with the other members'. */
    Comparison comparison() {
        return comparison;
    }

    /** Who leads. */
    public Leadership leadership() {
        return leadership;
    }

    @Override
    public List<Outcome> apply(long index, long term, List<Command> commands) {
        List<Outcome> outcomes = cell.apply(index, term, commands);
        comparison.applied(index, commands, cell.state().digest());
        return outcomes;
    }

    @Override
    public MvccState save() {
        return cell.state();
    }

    @Override
    public void load(MvccState state) {
        comparison.forget();
        cell.replace(state);
    }

    @Override
    public void leads(long term) {
        leadership.leads(term);
    }

    @Override
    public void follows() {
        leadership.follows();
    }

    @Override
    public void leaderIs(String memberId) {
        leadership.leaderIs(memberId);
    }

    @Override
    public void close() {
        leadership.close();
    }
}
