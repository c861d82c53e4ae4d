From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain loss hessian formulas narrowest functional_bound column_bound.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Corollary 6 of Singh et al. 2021: rk H_f <= 2 qhat M + 2 qhat s - L qhat^2, *)
(* where M = M_1 + ... + M_(L-1).  r = rk X, s = rk G with G = X residual^T,   *)
(* qhat = min(r, M_1, ..., M_(L-1), K, s).                                     *)
Section Corollary6.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Notation G := (X *m (residual X Y W)^T).
Notation qhat := (qhat_of L M (\rank X) (\rank G)).

(* Corollary 6: H_f has rank at most 2 qhat M + 2 qhat s - L qhat^2, for all weights and all data *)
(* over any field and any number of layers; maximal rank of the weights is not needed.            *)
Theorem corollary6 :
  (\rank (functional_hessian W X Y))%:Z <= cor6 L M (\rank X) (\rank G).
Proof.
have arith rk h s q : (rk + L * (q * q) <= q * (h + s).*2)%N ->
    rk%:Z <= 2%:Z * h%:Z * q%:Z + 2%:Z * q%:Z * s%:Z - L%:Z * q%:Z ^+ 2.
  move=> B; rewrite ler_subr_addr expr2 -!PoszM -!PoszD lez_nat; apply: leq_trans B _.
  by rewrite -mul2n mulnCA mulnDr mulnDr [(q * h)%N]mulnC !mulnA.
apply: arith; have [L0 | L0] := posnP L; last first.
  by apply: rank_functional_hessian_le; rewrite ?qhat_of_le_residual //;
     [exact: qhat_le_hidden | exact: qhat_attained].
have z n : (L * n = 0)%N by rewrite L0.
by rewrite z addn0 functional_hessian_one_layer ?mxrank0 // L0.
Qed.

(* The project's bound on the rank of H_f, for all weights and all data over any field: that of *)
(* Corollary 6 for two or more layers, and zero for one.                                        *)
Theorem functional_bound_every :
  (\rank (functional_hessian W X Y))%:Z <= functional_bound L M (\rank X) (\rank G).
Proof.
rewrite /functional_bound; case: eqP => [L1 | _]; last exact: corollary6.
by rewrite functional_hessian_one_layer ?mxrank0 // L1.
Qed.

(* A single layer: H_f = 0 for all weights and all data over any field, while the bound of *)
(* Corollary 6 is s^2.                                                                     *)
Theorem corollary6_one_layer : L = 1%N ->
  functional_hessian W X Y = 0 /\ cor6 L M (\rank X) (\rank G) = (\rank G ^ 2)%N%:Z.
Proof.
move=> L1; have [L0 L1'] : (0 < L)%N /\ (L <= 1)%N by rewrite L1.
split; first exact: functional_hessian_one_layer.
have qE : qhat = \rank G.
  by have [// | [c /andP[c0]]] := qhat_attained W X Y L0; rewrite ltnNge (leq_trans L1').
rewrite /cor6 qE /hidden_total; move: (\rank G) => s.
rewrite L1 big_geq // mulr0 mul0r add0r mul1r -mulrA -expr2.
by rewrite -[2%N]/(1 + 1)%N PoszD mulrDl mul1r addrK expr2 -PoszM mulnn.
Qed.
End Corollary6.

(* Two layers: the bound of Corollary 6 is the rank of H_f, for all weights and all data over any *)
(* field; both are 2 M_1 s.                                                                       *)
Theorem corollary6_two_layers (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i))
    (N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M 2%N, N)) :
  (\rank (functional_hessian W X Y))%:Z
  = cor6_two_layers 2 M (\rank X) (\rank (X *m (residual X Y W)^T)).
Proof.
rewrite rank_functional_hessian_two_layers /cor6_two_layers.
have -> : hidden_total 2 M = M 1%N by rewrite /hidden_total big_nat1.
rewrite -mul2n !PoszM mulrA; have [-> | [c c02 ->]] := qhat_attained W X Y (isT : 0 < 2)%N.
  by rewrite -[X in _ + X - _]mulrA -expr2 addrK.
have -> : c = 1%N by case: c c02 => [|[|]].
by rewrite -[X in X + _ - _]mulrA -expr2 addrAC subrr add0r.
Qed.
