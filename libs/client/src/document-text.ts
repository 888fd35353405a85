import { isRecord } from './errors.js';

/**
 * Text of an operation as it is sent. Takes text, whatever turns itself into text, and the syntax trees that GraphQL
 * tools make of documents (`DocumentNode`, October 2021 specification, sections 2.2 to 2.12). A printer of our own for
 * those, so that nobody needs the graphql package at run time. Throws TypeError for anything else.
 */
export function documentText(operation: unknown): string {
  if (isRecord(operation) && operation.kind === 'Document') return joined(operation.definitions, '\n');
  const text = String(operation);
  if (text === '[object Object]') throw new TypeError('This is not a GraphQL document');
  return text;
}

function print(node: unknown): string {
  if (!isRecord(node)) return '';
  switch (node.kind) {
    case 'OperationDefinition':
      return `${String(node.operation)} ${print(node.name)}${joined(node.variableDefinitions, ', ', '(', ')')}${tail(node)}`;
    case 'FragmentDefinition':
      return `fragment ${print(node.name)} on ${print(node.typeCondition)}${tail(node)}`;
    case 'VariableDefinition':
      return `${print(node.variable)}: ${print(node.type)}${after(' = ', node.defaultValue)}${tail(node)}`;
    case 'SelectionSet':
      return joined(node.selections, ' ', '{ ', ' }');
    case 'Field':
      return `${isRecord(node.alias) ? `${print(node.alias)}: ` : ''}${print(node.name)}${argumentsOf(node)}${tail(node)}`;
    case 'FragmentSpread':
      return `...${print(node.name)}${tail(node)}`;
    case 'InlineFragment':
      return `...${after(' on ', node.typeCondition)}${tail(node)}`;
    case 'Directive':
      return `@${print(node.name)}${argumentsOf(node)}`;
    case 'Argument':
    case 'ObjectField':
      return `${print(node.name)}: ${print(node.value)}`;
    case 'Variable':
      return `$${print(node.name)}`;
    case 'StringValue':
      return JSON.stringify(node.value);
    case 'ListValue':
      return joined(node.values, ', ', '[', ']') || '[]';
    case 'ObjectValue':
      return joined(node.fields, ', ', '{', '}') || '{}';
    case 'NullValue':
      return 'null';
    case 'NamedType':
      return print(node.name);
    case 'ListType':
      return `[${print(node.type)}]`;
    case 'NonNullType':
      return `${print(node.type)}!`;
    case 'Name':
    case 'IntValue':
    case 'FloatValue':
    case 'BooleanValue':
    case 'EnumValue':
      return String(node.value);
    default:
      throw new TypeError(`A document to be sent cannot hold a ${String(node.kind)}`);
  }
}

/** Directives and what is selected, which end whatever may have them. */
function tail(node: Record<string, unknown>): string {
  return `${joined(node.directives, ' ', ' ')}${after(' ', node.selectionSet)}`;
}

function argumentsOf(node: Record<string, unknown>): string {
  return joined(node.arguments, ', ', '(', ')');
}

function after(prefix: string, node: unknown): string {
  return isRecord(node) ? prefix + print(node) : '';
}

function joined(nodes: unknown, separator: string, before = '', behind = ''): string {
  if (!Array.isArray(nodes) || nodes.length === 0) return '';
  return before + nodes.map(print).join(separator) + behind;
}
