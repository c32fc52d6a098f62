"""Statements whose SQL Django builds once for each connection instead of once for each request.

Described with the ORM, run with its parameters, its converters and its model instances; what is kept is the text. To build it
took half of the time of a code exchange. For the few statements that requests of programs run; everything else asks the ORM.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import sql
from django.db.models.expressions import Value
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=models.Model)
# A connection belongs to one thread, and so do what its database knows and what is built for it.
_PLANS = "statements_built_once"


class Given(Value):
    """Where a value of this field stands, which each run names: `filter(code=Given("code", CharField()))`."""

    def __init__(self, name: str, field: "models.Field[Any, Any]") -> None:
        """`field` turns the value into what the database is sent."""
        super().__init__(_Place(name, field), output_field=None)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """A placeholder."""
        return "%s", (self.value,)


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    name: str
    field: "models.Field[Any, Any]"


@dataclass(frozen=True, slots=True)
class _Text:
    """The text, and its parameters, of which some are places."""

    text: str
    parameters: tuple[Any, ...]

    def run(self, cursor: Any, connection: BaseDatabaseWrapper, given: Mapping[str, Any]) -> None:  # noqa: ANN401 - Django's cursors share no type
        """Raises KeyError for a value that is missing."""
        cursor.execute(
            self.text,
            [
                each.field.get_db_prep_value(given[each.name], connection) if isinstance(each, _Place) else each
                for each in self.parameters
            ],
        )


class Select(Generic[Row]):
    """A SELECT of at most one row, with what `select_related` and annotations bring along."""

    def __init__(self, described: Callable[[], "models.QuerySet[Row]"]) -> None:
        """`described` is asked when the first row is wanted."""
        self._described = described

    def first(self, **given: Any) -> Row | None:  # noqa: ANN401 - as the fields take them
        """The row, if there is one: one query. Raises django.db.Error."""
        connection = connections[DEFAULT_DB_ALIAS]
        plan = _plan(connection, self, self._built)
        with connection.cursor() as cursor:
            plan.statement.run(cursor, connection, given)
            values = cursor.fetchone()
        return None if values is None else plan.read(values, connection)

    def _built(self, connection: BaseDatabaseWrapper) -> "_Reader[Row]":
        compiler = self._described()[:1].query.get_compiler(connection=connection)
        text, parameters = compiler.as_sql()
        return _Reader.of(compiler, _Text(text, tuple(parameters)))


@dataclass(frozen=True, slots=True)
class _Reader(Generic[Row]):
    """How values become a model's instance, as `django.db.models.query.ModelIterable` does it."""

    statement: _Text
    model: type[Row]
    names: list[str]
    first: int
    converters: Iterable[tuple[int, list[Any], Any]]
    related: list[Any]
    annotations: Mapping[str, int]

    @classmethod
    def of(cls, compiler: SQLCompiler, statement: _Text) -> "_Reader[Row]":
        """What is known of the columns once the statement is built."""
        info, select = cast("dict[str, Any]", compiler.klass_info), cast("list[Any]", compiler.select)
        places = info["select_fields"]
        converters = compiler.get_converters([column for column, *_rest in select])
        return cls(
            statement=statement,
            model=info["model"],
            names=[select[place][0].target.attname for place in places],
            first=places[0],
            converters=[(place, functions, column) for place, (functions, column) in converters.items()],
            related=get_related_populators(info, select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]  # the types are those of Django 6
            annotations=dict(compiler.annotation_col_map or {}),
        )

    def read(self, values: tuple[Any, ...], connection: BaseDatabaseWrapper) -> Row:
        """The instance."""
        row = list(values)
        for place, functions, column in self.converters:
            for convert in functions:
                row[place] = convert(row[place], column, connection)
        made = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.first : self.first + len(self.names)])
        for populator in self.related:
            populator.populate(row, made)
        for name, place in self.annotations.items():
            setattr(made, name, row[place])
        return made


class Update:
    """An UPDATE of what a description finds."""

    def __init__(self, described: Callable[[], "models.QuerySet[Any]"], **changes: Any) -> None:  # noqa: ANN401 - as `QuerySet.update` takes them
        """The changes may name values that are given at each run."""
        self._described, self._changes = described, changes

    def run(self, **given: Any) -> int:  # noqa: ANN401 - as the fields take them
        """How many rows were found: one query. Raises django.db.Error."""
        connection = connections[DEFAULT_DB_ALIAS]
        statement = _plan(connection, self, self._built)
        with transaction.mark_for_rollback_on_error(using=DEFAULT_DB_ALIAS), connection.cursor() as cursor:
            statement.run(cursor, connection, given)
            return int(cursor.rowcount)

    def _built(self, connection: BaseDatabaseWrapper) -> _Text:
        query = self._described().query.chain(sql.UpdateQuery)
        query.add_update_values(self._changes)  # type: ignore[attr-defined]  # `chain` is annotated without what it is given
        text, parameters = query.get_compiler(connection=connection).as_sql()
        return _Text(text, tuple(parameters))


def insert(row: models.Model) -> None:
    """`save(force_insert=True)` for a model without parents and signals: one query. Raises django.db.Error."""
    connection = connections[DEFAULT_DB_ALIAS]
    model = type(row)
    # A key that the database makes is not sent.
    made_there = row.pk is None
    text, fields = _plan(connection, (model, made_there), lambda at: _insertion(at, model, made_there=made_there))
    with transaction.mark_for_rollback_on_error(using=DEFAULT_DB_ALIAS), connection.cursor() as cursor:
        cursor.execute(text, [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields])
        if made_there:
            (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _insertion(
    connection: BaseDatabaseWrapper, model: type[models.Model], *, made_there: bool
) -> tuple[str, list["models.Field[Any, Any]"]]:
    key = model._meta.pk
    fields = [field for field in model._meta.concrete_fields if not (made_there and field is key)]
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    text = f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608 - names out of our models
    return (f"{text} RETURNING {quoted(str(key.column))}" if made_there else text), fields


Plan = TypeVar("Plan")


def _plan(connection: BaseDatabaseWrapper, of: object, build: Callable[[BaseDatabaseWrapper], Plan]) -> Plan:
    """What was built for this connection, or is now."""
    plans = vars(connection).setdefault(_PLANS, {})
    if of not in plans:
        plans[of] = build(connection)
    return cast("Plan", plans[of])
