import { Module, type BeforeApplicationShutdown, type DynamicModule } from '@nestjs/common';
import { BasisBoard } from './basis-board.js';
import { BasisQuestion } from './basis-question.js';
import { BasisResolver } from './basis.resolver.js';
import { StandingBasis } from './standing-basis.js';
import { StableCoinRates } from './stable-coin-rates.js';

/** What the module serves. */
export interface BasisModuleParts {
  readonly board: BasisBoard;
  readonly rates: StableCoinRates;
  readonly question: BasisQuestion;
  /** Not started yet. */
  readonly standing: StandingBasis;
}

/** The basis between Binance and OKX, followed while somebody asks, and of a few symbols always. */
@Module({})
export class BasisModule implements BeforeApplicationShutdown {
  constructor(private readonly standing: StandingBasis) {}

  static with({ board, question, standing }: BasisModuleParts): DynamicModule {
    return {
      module: BasisModule,
      providers: [
        { provide: BasisBoard, useValue: board },
        { provide: BasisQuestion, useValue: question },
        { provide: StandingBasis, useValue: standing },
        BasisResolver,
      ],
    };
  }

  beforeApplicationShutdown(): void {
    this.standing.stop();
  }
}
