From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import int_ring chain bias bias_bounds generic generic_bias.
From Hessproof Require Import formulas narrowest.
From Hessproof.paper Require Import fact13.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Singh et al. 2021, Sec. 7.2: with bias the number of parameters less the rank of Fact 13 is    *)
(* sum_i (M_i + 1 - q')(M_(i+1) - q') for r = d. The identity is right; that it is the deficiency *)
(* of the Hessian fails with Fact 13.                                                            *)

(* p with bias *)
Definition biased_parameters (L : nat) (M : nat -> nat) : nat :=
  (\sum_(l < L) M l.+1 * (M l + 1))%N.

(* The number of parameters with biases as an integer. *)
Lemma biased_parametersE L M : (biased_parameters L M)%:Z
  = \sum_(0 <= l < L) ((M l)%:Z + 1) * (M l.+1)%:Z.
Proof.
rewrite /biased_parameters (big_morph Posz PoszD (erefl _)) big_mkord.
by apply: eq_bigr => l _; rewrite PoszM PoszD mulrC.
Qed.

(* The sum of the hidden widths as an integer. *)
Lemma hidden_totalE L M : (hidden_total L M)%:Z = \sum_(1 <= k < L) (M k)%:Z.
Proof. exact: (big_morph Posz PoszD (erefl _)). Qed.

(* The number of parameters with biases less Fact 13's rank is sum_i (M_i + 1 - q')(M_(i+1) - *)
(* q'), for r = d, all widths and L >= 1 layers.                                              *)
Theorem fact13_deficiency_identity L M : (0 < L)%N ->
  (biased_parameters L M)%:Z - fact13 L M (M 0%N) = fact13_deficiency L M (M 0%N).
Proof.
move=> L0; set q := q_bias_of L M (M 0%N).
have -> : fact13_deficiency L M (M 0%N)
    = \sum_(0 <= l < L) ((M l)%:Z + 1) * (M l.+1)%:Z
      - \sum_(0 <= l < L) q%:Z * ((M l)%:Z + 1 + (M l.+1)%:Z - q%:Z).
  by rewrite /fact13_deficiency -/q -sumrB; apply: eq_bigr => l _; rewrite addn1; int_ring.
rewrite (cut_total (fun l => (M l)%:Z)) // biased_parametersE -hidden_totalE; congr (_ - _).
by rewrite /fact13 -/q; move: q%:Z => *; int_ring.
Qed.

(* With a narrowest hidden layer m of width h < s~ <= min(d + 1, K), for data (x, 1) of full rank *)
(* d + 1, the number of parameters less the bound that repairs Fact 13 is                         *)
(*   sum_(k <= m) (M_(k-1) + 1 - h)(M_k - h) + sum_(k > m) (M_(k-1) - h)(M_k - h - 1).            *)
Theorem hidden_deficiency L M m s (h := narrowest_hidden L M) :
    (0 < m < L)%N -> M m = h -> (h < s)%N -> (s <= minn (M 0 + 1) (M L))%N ->
  (biased_parameters L M)%:Z - loss_bias_bound L M m (M 0 + 1)%N s 1
  = \sum_(0 <= l < m) ((M l)%:Z + 1 - h%:Z) * ((M l.+1)%:Z - h%:Z)
    + \sum_(m <= l < L) ((M l)%:Z - h%:Z) * ((M l.+1)%:Z - h%:Z - 1).
Proof.
move=> mL Mm hs; rewrite leq_min => /andP[s0 sK].
have cut : s_cut_of L M s = h by apply/minn_idPl/ltnW.
have next : s_next_of L M s = (h + 1)%N by apply/minn_idPr; rewrite addn1.
have centred : q_centred_of L M (M 0 + 1)%N = h.
  have h0 : (h <= M 0%N)%N by rewrite -ltnS -[(M 0%N).+1]addn1 (leq_trans hs).
  by rewrite /q_centred_of addnK (minn_idPl h0); apply/minn_idPr/ltnW/(leq_trans hs).
have cm : (M m)%:Z = h%:Z by rewrite Mm.
have count := @cut_total_hidden (fun l => (M l)%:Z) h%:Z L m mL cm; rewrite /= in count.
have -> : \sum_(0 <= l < m) ((M l)%:Z + 1 - h%:Z) * ((M l.+1)%:Z - h%:Z)
      + \sum_(m <= l < L) ((M l)%:Z - h%:Z) * ((M l.+1)%:Z - h%:Z - 1)
    = \sum_(0 <= l < L) ((M l)%:Z + 1) * (M l.+1)%:Z
      - (\sum_(0 <= l < m) h%:Z * ((M l)%:Z + 1 + (M l.+1)%:Z - h%:Z)
         + \sum_(m <= l < L) (h%:Z + 1) * ((M l)%:Z + 1 + (M l.+1)%:Z - (h%:Z + 1))).
  case/andP: mL => _ mL; rewrite [X in _ = X - _](@big_cat_nat _ _ _ m) ?(ltnW mL) //=.
  rewrite opprD addrACA -!sumrB; congr (_ + _); apply: eq_bigr => l _; int_ring.
rewrite count biased_parametersE -hidden_totalE; congr (_ - _).
rewrite /loss_bias_bound cut next centred -/h [(m + 1)%N]addn1 !PoszD.
set rest := \sum_(_ <= i < _) _; move: (hidden_total L M)%:Z (M L)%:Z (M 0%N)%:Z L%:Z h%:Z rest.
by move=> *; int_ring.
Qed.

(* The published deficiency is not p - rk H_L at the widths n, n, n + 1: there it is 1, and       *)
(* almost all weights and biases have a Hessian that is not singular, on data of rank n. Over any *)
(* field in which n + 1 is not zero.                                                              *)
Theorem fact13_deficiency_refuted (F : fieldType) (n : nat)
    (X := refuting_inputs F n) (Y := refuting_labels F n) : (n + 1)%:R != 0 :> F ->
  fact13_deficiency 2 (refuting_widths n) n = 1 /\
  almost_all (fun w : 'rV[F]_(\sum_(l < 2) biased_size (refuting_widths n) l) =>
    (biased_parameters 2 (refuting_widths n))%:Z
    = (\rank (biased_hessian (weights_of w) (biases_of w) X Y))%:Z).
Proof.
have p : (biased_parameters 2 (refuting_widths n))%:Z = fact13 2 (refuting_widths n) n + 1.
  by rewrite fact13_refuting /biased_parameters big_ord_recl big_ord1.
move=> n1; split.
  by rewrite -(@fact13_deficiency_identity 2 (refuting_widths n)) // p addrAC subrr add0r.
have [rX _ _] := fact13_refuted n1; rewrite rX -p.
by apply: almost_all_imp => w ->.
Qed.
